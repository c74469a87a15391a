import * as isograd from 'isograd';

void isograd;
