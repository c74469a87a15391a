import { emitI32, type Family, family, type I32, value, type Value, type ValueType } from './value.ts';

const plain =
  <A extends ValueType, R extends ValueType>(result: R, opcode: number) =>
  (...args: readonly Value<A>[]): Value<R> =>
    value(result, (code) => {
      for (const a of args) a.emit(code);
      code.raw(opcode);
    });

type Load<T extends ValueType> = (address: I32, offset?: number) => Value<T>;

// Alignment is only a hint; 0 (one byte) is always true.
const load =
  <T extends ValueType>(type: T, opcode: number): Load<T> =>
  (address, offset = 0) =>
    value(type, (code) => {
      emitI32(address, code);
      code.raw(opcode).unsigned(0).unsigned(offset);
    });

type I32Binary = (a: I32, b: I32) => Value<'i32'>;

const i32Binary =
  (opcode: number): I32Binary =>
  (a, b) =>
    value('i32', (code) => {
      emitI32(a, code);
      emitI32(b, code);
      code.raw(opcode);
    });

const I32_BINARY = {
  add: 0x6a,
  sub: 0x6b,
  mul: 0x6c,
  divS: 0x6d,
  divU: 0x6e,
  remS: 0x6f,
  remU: 0x70,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shl: 0x74,
  shrS: 0x75,
  shrU: 0x76,
  eq: 0x46,
  ne: 0x47,
  ltS: 0x48,
  ltU: 0x49,
  gtS: 0x4a,
  gtU: 0x4b,
  leS: 0x4c,
  leU: 0x4d,
  geS: 0x4e,
  geU: 0x4f,
} as const;

interface I32Other {
  readonly const: (x: number) => Value<'i32'>;
  readonly eqz: (x: Value<'i32'>) => Value<'i32'>;
  /** Number of zero bits below the lowest set one. */
  readonly ctz: (x: Value<'i32'>) => Value<'i32'>;
  /** Low half of an i64. */
  readonly wrap: (x: Value<'i64'>) => Value<'i32'>;
  readonly load: Load<'i32'>;
  readonly load8S: Load<'i32'>;
  readonly load8U: Load<'i32'>;
  readonly load16S: Load<'i32'>;
  readonly load16U: Load<'i32'>;
  /** `a` where the condition is not 0, else `b`. */
  readonly select: (a: I32, b: I32, condition: Value<'i32'>) => Value<'i32'>;
}

/** Instructions that give an i32. */
export const i32: Family<typeof I32_BINARY, I32Binary> & I32Other = {
  ...family(I32_BINARY, i32Binary),
  const: (x) => value('i32', (code) => void code.raw(0x41).signed(x)),
  eqz: plain('i32', 0x45),
  ctz: plain('i32', 0x68),
  wrap: plain('i32', 0xa7),
  load: load('i32', 0x28),
  load8S: load('i32', 0x2c),
  load8U: load('i32', 0x2d),
  load16S: load('i32', 0x2e),
  load16U: load('i32', 0x2f),
  select: (a, b, condition) =>
    value('i32', (code) => {
      emitI32(a, code);
      emitI32(b, code);
      condition.emit(code);
      code.raw(0x1b);
    }),
};

type Binary<A extends ValueType, R extends ValueType = A> = (a: Value<A>, b: Value<A>) => Value<R>;
type Unary<A extends ValueType, R extends ValueType = A> = (x: Value<A>) => Value<R>;

const I64_BINARY = {
  add: 0x7c,
  sub: 0x7d,
  mul: 0x7e,
  divS: 0x7f,
  divU: 0x80,
  remS: 0x81,
  remU: 0x82,
  and: 0x83,
  or: 0x84,
  xor: 0x85,
  shl: 0x86,
  shrS: 0x87,
  shrU: 0x88,
} as const;
const I64_COMPARE = {
  eq: 0x51,
  ne: 0x52,
  ltS: 0x53,
  ltU: 0x54,
  gtS: 0x55,
  gtU: 0x56,
  leS: 0x57,
  geS: 0x59,
  geU: 0x5a,
} as const;

interface I64Other {
  readonly const: (x: bigint) => Value<'i64'>;
  readonly eqz: Unary<'i64', 'i32'>;
  readonly extendS: Unary<'i32', 'i64'>;
  readonly extendU: Unary<'i32', 'i64'>;
  readonly clz: Unary<'i64'>;
  /** Float towards zero, held within the range; `truncSatU` within that of unsigned integers. */
  readonly truncSat: Unary<'f64', 'i64'>;
  readonly truncSatU: Unary<'f64', 'i64'>;
  /** The bits of a float. */
  readonly bits: Unary<'f64', 'i64'>;
  readonly load: Load<'i64'>;
}

const truncSat =
  (opcode: number): Unary<'f64', 'i64'> =>
  (x) =>
    value('i64', (code) => {
      x.emit(code);
      code.raw(0xfc, opcode);
    });

/** Instructions on i64. */
export const i64: Family<typeof I64_BINARY, Binary<'i64'>> &
  Family<typeof I64_COMPARE, Binary<'i64', 'i32'>> &
  I64Other = {
  ...family(I64_BINARY, (op): Binary<'i64'> => plain('i64', op)),
  ...family(I64_COMPARE, (op): Binary<'i64', 'i32'> => plain('i32', op)),
  const: (x) => value('i64', (code) => void code.raw(0x42).signed64(x)),
  eqz: plain('i32', 0x50),
  extendS: plain('i64', 0xac),
  extendU: plain('i64', 0xad),
  clz: plain('i64', 0x79),
  truncSat: truncSat(6),
  truncSatU: truncSat(7),
  bits: plain('i64', 0xbd),
  load: load('i64', 0x29),
};

const F64_BINARY = { add: 0xa0, sub: 0xa1, mul: 0xa2, div: 0xa3, min: 0xa4, max: 0xa5, copysign: 0xa6 } as const;
const F64_UNARY = { abs: 0x99, neg: 0x9a, ceil: 0x9b, floor: 0x9c, trunc: 0x9d } as const;
const F64_COMPARE = { eq: 0x61, ne: 0x62, lt: 0x63, gt: 0x64, le: 0x65, ge: 0x66 } as const;

interface F64Other {
  readonly const: (x: number) => Value<'f64'>;
  readonly promote: Unary<'f32', 'f64'>;
  readonly fromI32: Unary<'i32', 'f64'>;
  readonly fromI64: Unary<'i64', 'f64'>;
  readonly fromU64: Unary<'i64', 'f64'>;
  /** The float with the given bits. */
  readonly ofBits: Unary<'i64', 'f64'>;
  readonly load: Load<'f64'>;
}

/** Instructions on f64. */
export const f64: Family<typeof F64_BINARY, Binary<'f64'>> &
  Family<typeof F64_UNARY, Unary<'f64'>> &
  Family<typeof F64_COMPARE, Binary<'f64', 'i32'>> &
  F64Other = {
  ...family(F64_BINARY, (op): Binary<'f64'> => plain('f64', op)),
  ...family(F64_UNARY, (op): Unary<'f64'> => plain('f64', op)),
  ...family(F64_COMPARE, (op): Binary<'f64', 'i32'> => plain('i32', op)),
  const: (x) => value('f64', (code) => void code.raw(0x44).float64(x)),
  promote: plain('f64', 0xbb),
  fromI32: plain('f64', 0xb7),
  fromI64: plain('f64', 0xb9),
  fromU64: plain('f64', 0xba),
  ofBits: plain('f64', 0xbf),
  load: load('f64', 0x2b),
};

const F32_BINARY = { add: 0x92, mul: 0x94 } as const;

interface F32Other {
  readonly const: (x: number) => Value<'f32'>;
  readonly demote: Unary<'f64', 'f32'>;
  readonly load: Load<'f32'>;
}

/** Instructions on f32. */
export const f32: Family<typeof F32_BINARY, Binary<'f32'>> & F32Other = {
  ...family(F32_BINARY, (op): Binary<'f32'> => plain('f32', op)),
  const: (x) => value('f32', (code) => void code.raw(0x43).float32(x)),
  demote: plain('f32', 0xb6),
  load: load('f32', 0x2a),
};
