import { NDArray } from './array.ts';
import { attachMethods } from './methods.ts';
import { arrayRepr, arrayStr, attachPrinting } from './print/index.ts';

// With attach.ts the one module with an effect when it is loaded.
attachMethods();
attachPrinting(NDArray.prototype, { str: (x) => arrayStr(x), repr: (x) => arrayRepr(x) });
