import {
  choleskyTangent,
  eighTangent,
  eigTangent,
  pinvTangent,
  qrTangent,
  slogdetTangent,
  solveTangent,
  svdTangent,
  triangularTangent,
} from './linalg/tangents.ts';
import type { NamedTangentRule, NamedTangentsRule, TangentRule, TangentsRule } from './op.ts';

/** The rules that records of ops with one result name. */
export const TANGENT_RULES: { readonly [N in NamedTangentRule]: TangentRule } = {
  cholesky: choleskyTangent as TangentRule,
  pinv: ([t], { inputs: [x], output }) => pinvTangent(t!, x!, output),
  solve: solveTangent,
  triangular: triangularTangent as TangentRule,
};

/** The rules that records of ops with several results name. */
export const TANGENTS_RULES: { readonly [N in NamedTangentsRule]: TangentsRule } = {
  eigh: eighTangent,
  eig: eigTangent,
  qr: qrTangent as TangentsRule,
  slogdet: slogdetTangent,
  svd: svdTangent as TangentsRule,
};
