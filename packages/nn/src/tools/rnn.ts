export {
  type BatchFirstOptions,
  PackedSequence,
  type PackOptions,
  packPaddedSequence,
  packSequence,
  type PadOptions,
  type PadPackedOptions,
  padPackedSequence,
  padSequence,
  unpackSequence,
  unpadSequence,
} from '../packed-sequence.ts';
