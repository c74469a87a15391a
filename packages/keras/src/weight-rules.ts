import { ShapeError } from '@isograd/device';
import { noGrad, type Tensor } from '@isograd/autograd';
import * as constraints from './constraints.ts';
import * as regularizers from './regularizers.ts';

/** What is said of a weight beside its values: what it adds to the loss, and what it is put under after each step. */
export interface Rules {
  readonly regularizer?: regularizers.RegularizerFunction | undefined;
  readonly constraint?: constraints.ConstraintFunction | undefined;
}

/** Options of a layer for weights of some roles: `kernelRegularizer`, `kernelConstraint`; default none. */
export type RuleOptions<Role extends string> = {
  readonly [R in Role as `${R}Regularizer`]?: regularizers.RegularizerLike | null | undefined;
} & { readonly [R in Role as `${R}Constraint`]?: constraints.ConstraintLike | null | undefined };

const RULES = new WeakMap<Tensor, Rules>();
// Without any rule a step does not look for them.
let ruled = false;

/** Names of the options of weights of some roles. */
export const ruleNames = (roles: readonly string[]): readonly string[] =>
  ['Regularizer', 'Constraint'].flatMap((kind) => roles.map((role) => `${role}${kind}`));

/** Role of a weight in the names of options: `recurrent` of `recurrent_kernel`. */
export const roleOf = (name: string): string => name.replace(/(?<=.)_?kernel$/i, '');

/** Rules that options give to weights, by their roles. @throws ArgumentError for an unknown name. */
export function readRules(
  roles: readonly string[],
  options: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, Rules> {
  return new Map(
    roles.map((role) => {
      const [penalty, limit] = [options[`${role}Regularizer`] ?? null, options[`${role}Constraint`] ?? null];
      const rules: Rules = {
        regularizer: penalty === null ? undefined : regularizers.get(penalty as regularizers.RegularizerLike),
        constraint: limit === null ? undefined : constraints.get(limit as constraints.ConstraintLike),
      };
      return [role, rules];
    }),
  );
}

/** Puts a weight under rules. */
export function setRules(weight: Tensor, rules: Rules): void {
  if (!rules.regularizer && !rules.constraint) return;
  ruled = true;
  RULES.set(weight, rules);
}

/** What weights add to the loss. */
export function penaltiesOf(weights: readonly Tensor[]): readonly Tensor[] {
  if (!ruled) return [];
  return weights.flatMap((weight) => {
    const regularizer = RULES.get(weight)?.regularizer;
    return regularizer ? [regularizer(weight)] : [];
  });
}

/** Tries the constraints of weights, so that one which does not fit is found before a step. @throws ShapeError when one gives another shape. */
export function checkConstraints(weights: readonly Tensor[]): void {
  for (const weight of weights) {
    const got = ruled && noGrad(() => RULES.get(weight)?.constraint?.(weight).shape);
    if (!got || got.join() === weight.shape.join()) continue;
    throw new ShapeError({
      where: 'constraint',
      what: 'a constraint gives another shape',
      got: `[${got.join(', ')}]`,
      expected: `[${weight.shape.join(', ')}]`,
    });
  }
}

/** Puts weights under their constraints, after a step. */
export function constrain(weights: readonly Tensor[]): void {
  if (!ruled) return;
  noGrad(() => {
    for (const weight of weights) {
      const constraint = RULES.get(weight)?.constraint;
      if (constraint) weight.copy_(constraint(weight));
    }
  });
}
