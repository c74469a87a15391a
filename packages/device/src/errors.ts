/** The parts of an isograd error: where it happened, what is wrong, and what helps. */
export interface ErrorParts {
  /** The function, method or op that refused, as the user called it. */
  readonly where: string;
  /** One sentence without a full stop: what is wrong. */
  readonly what: string;
  /** What was passed, short enough for one line. */
  readonly got?: string;
  /** What would have been accepted. */
  readonly expected?: string;
  /** The most likely remedy. */
  readonly hint?: string;
}

const LABELS = ['got', 'expected', 'hint'] as const;

/**
 * Base of every error that isograd throws on purpose; its parts are fields, its message prints them.
 *
 * @example
 * const error = new ShapeError({ where: 'matmul', what: 'inner dimensions differ', got: 'x1 [2, 3], x2 [2, 3]' });
 * error.message.split('\n')[0] // => matmul: inner dimensions differ
 * error instanceof IsogradError // => true
 */
export class IsogradError extends Error {
  readonly where: string;
  readonly what: string;
  readonly got: string | undefined;
  readonly expected: string | undefined;
  readonly hint: string | undefined;

  constructor(parts: ErrorParts, options?: { cause?: unknown }) {
    const lines = LABELS.flatMap((label) =>
      parts[label] === undefined ? [] : [`  ${`${label}:`.padEnd(10)}${parts[label]}`],
    );
    super([`${parts.where}: ${parts.what}`, ...lines].join('\n'), options);
    this.where = parts.where;
    this.what = parts.what;
    this.got = parts.got;
    this.expected = parts.expected;
    this.hint = parts.hint;
  }

  // A getter with a literal: minifiers rename classes, users match on names.
  override get name(): string {
    return 'IsogradError';
  }
}

/** Shapes that do not fit the operation. */
export class ShapeError extends IsogradError {
  override get name(): string {
    return 'ShapeError';
  }
}

/** A dtype that the operation does not take, or a conversion that would lose values. */
export class DTypeError extends IsogradError {
  override get name(): string {
    return 'DTypeError';
  }
}

/** An index outside the array, or an index expression that cannot be read. */
export class IndexError extends IsogradError {
  override get name(): string {
    return 'IndexError';
  }
}

/** An axis that the array does not have, or one that is named twice. */
export class AxisError extends IsogradError {
  override get name(): string {
    return 'AxisError';
  }
}

/** A device that is missing, cannot start, or cannot do what was asked. */
export class DeviceError extends IsogradError {
  override get name(): string {
    return 'DeviceError';
  }
}

/** A gradient that cannot be taken: no history, a stale saved value, a leaf written in place. */
export class GradientError extends IsogradError {
  override get name(): string {
    return 'GradientError';
  }
}

/** Data that is broken, incomplete or not what it says it is. */
export class DataError extends IsogradError {
  override get name(): string {
    return 'DataError';
  }
}

/** A parity check that cannot run or does not agree. */
export class ParityError extends IsogradError {
  override get name(): string {
    return 'ParityError';
  }
}

/** An option or argument with a value that is not among the allowed ones. */
export class ArgumentError extends IsogradError {
  override get name(): string {
    return 'ArgumentError';
  }
}
