import { NDArray } from './array.ts';
import { registerDevices } from './device.ts';
import { attachMethods } from './methods.ts';
import { arrayRepr, arrayStr, attachPrinting } from './print/index.ts';

// The one module with an effect when it is loaded: every entry of the package imports it.
attachMethods();
registerDevices();
attachPrinting(NDArray.prototype, { str: (x) => arrayStr(x), repr: (x) => arrayRepr(x) });
