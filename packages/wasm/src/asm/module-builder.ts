import { DeviceError } from '@isograd/device';
import { ByteWriter } from './bytes.ts';
import { FunctionBuilder, type FunctionRef, type Signature, TYPE_CODES } from './function-builder.ts';

const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const KIND = { function: 0, memory: 2 } as const;
/** Most 64 KiB pages that a 32-bit memory can have. */
export const MAX_PAGES = 65536;

/** Builds the binary of a module that imports one memory as `env.memory`. */
export class ModuleBuilder {
  readonly #types: string[] = [];
  readonly #typeBytes: ByteWriter = new ByteWriter();
  readonly #imports: { readonly name: string; readonly type: number }[] = [];
  readonly #functions: { readonly type: number; readonly builder: FunctionBuilder }[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];
  readonly #shared: boolean;

  constructor({ shared = false }: { readonly shared?: boolean } = {}) {
    this.#shared = shared;
  }

  /** Imports a function as `env.name`; all imports come before the first function. */
  importFunction(name: string, signature: Signature): FunctionRef {
    if (this.#functions.length)
      throw new DeviceError({
        where: 'wasm assembler',
        what: 'an import after the first function would renumber it',
        got: name,
      });
    this.#imports.push({ name, type: this.#type(signature) });
    return { ...signature, index: this.#imports.length - 1 };
  }

  /**
   * Adds a function, exported when it has a name.
   *
   * @param body - Writes the code; it gets its own reference, for recursion.
   */
  function(signature: Signature, body: (f: FunctionBuilder, self: FunctionRef) => void, name?: string): FunctionRef {
    const builder = new FunctionBuilder(signature);
    const index = this.#imports.length + this.#functions.push({ type: this.#type(signature), builder }) - 1;
    const self = { ...signature, index };
    body(builder, self);
    if (name !== undefined) this.#exports.push({ name, index });
    return self;
  }

  /** The finished binary. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter().raw(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    const section = (id: number, count: number, content: ByteWriter): void => {
      const body = new ByteWriter().unsigned(count).append(content);
      out.raw(id).unsigned(body.bytes.length).append(body);
    };
    const imports = new ByteWriter();
    for (const { name, type } of this.#imports) imports.name('env').name(name).raw(KIND.function).unsigned(type);
    imports.name('env').name('memory').raw(KIND.memory);
    if (this.#shared) imports.raw(3).unsigned(0).unsigned(MAX_PAGES);
    else imports.raw(0).unsigned(0);
    const functions = new ByteWriter();
    const code = new ByteWriter();
    for (const { type, builder } of this.#functions) {
      functions.unsigned(type);
      code.append(builder.encode());
    }
    const exports = new ByteWriter();
    for (const { name, index } of this.#exports) exports.name(name).raw(KIND.function).unsigned(index);
    section(SECTION.type, this.#types.length, this.#typeBytes);
    section(SECTION.import, this.#imports.length + 1, imports);
    section(SECTION.function, this.#functions.length, functions);
    section(SECTION.export, this.#exports.length, exports);
    section(SECTION.code, this.#functions.length, code);
    return new Uint8Array(out.bytes);
  }

  #type({ params, results }: Signature): number {
    const key = `${params.join()}:${results.join()}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    for (const [list, lead] of [
      [params, 0x60],
      [results, -1],
    ] as const) {
      if (lead >= 0) this.#typeBytes.raw(lead);
      this.#typeBytes.unsigned(list.length).raw(...list.map((t) => TYPE_CODES[t]));
    }
    return this.#types.push(key) - 1;
  }
}
