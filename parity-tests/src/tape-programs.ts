import {
  backward,
  checkpoint,
  Function,
  type FunctionContext,
  gradients,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  enableGrad,
  manualSeed,
  noGrad,
  ones,
  rand,
  setGradEnabled,
  type Tensor,
  tensor,
  zeros,
} from '@isograd/autograd';
import { functional } from '@isograd/nn';
import { arange, type NDArray } from '@isograd/ndarray';

/** What a program gives: arrays, lists and words by name. */
export type Results = Readonly<Record<string, unknown>>;

const leaf = (...values: number[]): Tensor => tensor(values, { dtype: 'float64', requiresGrad: true });
const plain = (...values: number[]): Tensor => tensor(values, { dtype: 'float64' });
const scalar = (value: number): Tensor => tensor(value, { dtype: 'float64', requiresGrad: true });
const counting = (n: number, ...shape: number[]): Tensor => tensor(arange(n).astype('float64').reshape(shape), {});
const matrix = (values: number[][]): Tensor => tensor(values, { dtype: 'float64' });
const f64 = (shape: number[]): Tensor => zeros(shape, { dtype: 'float64' });
const at = (...positions: number[]): Tensor => tensor(positions, { dtype: 'int64' });
const list = (x: NDArray): unknown => x.tolist();

/** Accumulation and graphs. */
const GRAPHS = {
  backward_accumulates() {
    const x = leaf(1, 2);
    x.mul(x).sum().backward();
    const first = x.grad;
    x.mul(3).sum().backward();
    return { grad: x.grad, same_tensor: first === x.grad, first };
  },
  backward_twice() {
    const y = leaf(1, 2).exp().sum();
    y.backward();
    y.backward();
    return {};
  },
  backward_twice_of_sums() {
    const x = leaf(1, 2);
    const y = x.sum();
    y.backward();
    y.backward();
    return { grad: x.grad };
  },
  backward_retained() {
    const x = leaf(1, 2);
    const y = x.pow(3).sum();
    y.backward({ retainGraph: true });
    y.backward();
    return { grad: x.grad };
  },
  create_graph() {
    const x = leaf(1, 2);
    x.pow(3).sum().backward({ createGraph: true });
    const g = x.grad!;
    x.grad = null;
    g.mul(g).sum().backward();
    return { needs: g.requiresGrad, grad: x.grad };
  },
  create_graph_accumulates_into_a_new_tensor() {
    const x = leaf(1, 2);
    x.sum().backward();
    const first = x.grad;
    x.pow(3).sum().backward({ createGraph: true });
    return { same_tensor: first === x.grad, first, grad: x.grad };
  },
  non_scalar_without_cotangent() {
    leaf(1, 2).exp().backward();
    return {};
  },
  non_scalar_with_cotangent() {
    const x = leaf(1, 2);
    x.mul(x).backward(plain(10, 100));
    return { grad: x.grad };
  },
  cotangent_of_another_shape() {
    leaf(1, 2)
      .exp()
      .backward(plain(1, 2, 3));
    return {};
  },
  one_element_needs_no_cotangent() {
    const x = leaf(3);
    x.mul(x).backward();
    return { grad: x.grad };
  },
  backward_of_several() {
    const [x, w] = [leaf(1, 2), leaf(3, 4)];
    backward([x.mul(w).sum(), x.mul(x)], [null, plain(1, 10)]);
    return { x: x.grad, w: w.grad };
  },
  backward_of_several_counts() {
    backward([leaf(1).sum(), leaf(2).sum()], [null]);
    return {};
  },
  backward_with_inputs() {
    const [x, w] = [leaf(1, 2), leaf(3, 4)];
    x.mul(w)
      .sum()
      .backward({ inputs: [x] });
    return { x: x.grad, w_is_none: w.grad === null };
  },
  backward_with_a_non_leaf_input() {
    const x = leaf(1, 2);
    const y = x.mul(2);
    y.mul(y)
      .sum()
      .backward({ inputs: [y] });
    return { y: y.grad, x_is_none: x.grad === null };
  },
  backward_with_no_inputs() {
    leaf(1, 2).sum().backward({ inputs: [] });
    return {};
  },
  backward_without_history() {
    plain(1).sum().backward();
    return {};
  },
  gradient_has_the_dtype_of_the_leaf() {
    const x = tensor([1.5, 2.5], { requiresGrad: true });
    x.double().mul(3).sum().backward();
    return { grad: x.grad };
  },
  assigned_grad_of_another_shape() {
    leaf(1, 2).grad = plain(1, 2, 3);
    return {};
  },
  assigned_grad_of_another_dtype() {
    leaf(1, 2).grad = ones([2]);
    return {};
  },
  assigned_grad_is_added_to() {
    const x = leaf(1, 2);
    x.grad = plain(10, 20);
    x.sum().backward();
    return { grad: x.grad };
  },
  failing_hook_changes_no_gradient() {
    const [x, w] = [leaf(1, 2), leaf(3, 4)];
    const y = x.mul(2);
    y.registerHook(() => {
      throw new Error('no');
    });
    try {
      y.mul(w).sum().backward();
    } catch {
      // as in the original
    }
    return { x_is_none: x.grad === null && w.grad === null };
  },
};

/** Leaves, modes, detach. */
const LEAVES = {
  leaf_rules() {
    const [x, c] = [leaf(1), plain(1)];
    const y = x.mul(2);
    const z = noGrad(() => x.mul(2));
    const all = [x, c, y, z, y.detach(), x.detach()];
    return { leaf: all.map((t) => t.isLeaf), needs: all.map((t) => t.requiresGrad) };
  },
  requires_grad_of_integers() {
    at(1, 2).requiresGrad_();
    return {};
  },
  non_leaf_told_to_need_no_gradient() {
    leaf(1).mul(2).requiresGrad_(false);
    return {};
  },
  non_leaf_told_to_need_a_gradient() {
    return { needs: leaf(1).mul(2).requiresGrad_(true).requiresGrad };
  },
  modes() {
    const x = leaf(1);
    const needs = (): boolean => x.mul(2).requiresGrad;
    const seen: Record<string, unknown> = {};
    noGrad(() => {
      seen['no_grad'] = needs();
      seen['enable_grad'] = enableGrad(needs);
      seen['after_enable'] = isGradEnabled();
      seen['new_leaf'] = ones([1], { requiresGrad: true }).requiresGrad;
    });
    seen['set_false'] = setGradEnabled(false, needs);
    setGradEnabled(false);
    seen['function'] = needs();
    setGradEnabled(true);
    seen['back'] = needs();
    inferenceMode(() => {
      const y = x.mul(2);
      seen['inference'] = [y.requiresGrad, y.isInference(), isInferenceModeEnabled(), isGradEnabled()];
      seen['inference_off'] = inferenceMode(false, () => [isInferenceModeEnabled(), isGradEnabled(), needs()]);
    });
    return seen;
  },
  inference_tensor_written_outside() {
    inferenceMode(() => plain(1).mul(2)).add_(1);
    return {};
  },
  inference_tensor_told_to_need_a_gradient() {
    inferenceMode(() => plain(1).mul(2)).requiresGrad_();
    return {};
  },
  inference_tensor_added() {
    const y = inferenceMode(() => plain(1).mul(2));
    const x = leaf(3);
    x.add(y).sum().backward();
    return { grad: x.grad };
  },
  detach_shares_memory() {
    const y = leaf(1, 2).mul(2);
    y.detach().zero_();
    return { y, needs: y.detach().requiresGrad };
  },
  detached_write_is_noticed() {
    const y = leaf(1, 2).exp();
    y.detach().zero_();
    y.sum().backward();
    return {};
  },
  detach_in_place() {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const z = y.mul(3).sum();
    y.detach_();
    z.backward();
    return { leaf: y.isLeaf, needs: y.requiresGrad, grad: x.grad };
  },
  detach_in_place_of_a_view() {
    leaf(1, 2).mul(2).at(0).detach_();
    return {};
  },
  second_derivative_after_detach_in_place() {
    const x = leaf(1, 2);
    const y = x.mul(x);
    const z = y.mul(y).sum();
    y.detach_();
    const [g] = gradients([z], [x], { createGraph: true });
    g!.sum().backward();
    return { g, grad: x.grad };
  },
};

/** Retained gradients and hooks. */
const HOOKS = {
  retain_grad() {
    const x = leaf(1, 2);
    const y = x.mul(x);
    y.retainGrad();
    const z = y.mul(y).sum();
    z.backward({ retainGraph: true });
    z.backward();
    return { y: y.grad, x: x.grad, retains: [y.retainsGrad, x.retainsGrad] };
  },
  retain_grad_without_history() {
    plain(1).retainGrad();
    return {};
  },
  hook_replaces_the_gradient() {
    const x = leaf(1, 2);
    const y = x.mul(x);
    y.registerHook((g) => g.mul(10));
    y.retainGrad();
    x.registerHook((g) => g.add(1));
    y.sum().backward();
    return { x: x.grad, y: y.grad };
  },
  hooks_run_in_order() {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const seen: string[] = [];
    const says = (word: string, f: (g: Tensor) => Tensor | undefined) => (g: Tensor) => {
      seen.push(word);
      return f(g);
    };
    y.retainGrad();
    y.registerHook(says('y1', (g) => g.mul(2)));
    const handle = y.registerHook(says('never', () => undefined));
    y.registerHook(says('y2', (g) => g.add(1)));
    x.registerHook(says('x', () => undefined));
    x.registerPostAccumulateGradHook((p) =>
      seen.push(`post [${(p.grad!.tolist() as number[]).map((v) => v.toFixed(1)).join(', ')}]`),
    );
    handle.remove();
    y.sum().backward();
    return { seen, x: x.grad, y: y.grad };
  },
  hooks_see_the_whole_sum() {
    const y = leaf(1, 2).mul(2);
    const seen: unknown[] = [];
    y.registerHook((g) => void seen.push(list(g)));
    y.sum().add(y.mul(3).sum()).backward();
    return { seen };
  },
  hooks_run_for_grad_too() {
    const x = leaf(1, 2);
    const seen: string[] = [];
    x.registerHook((g) => {
      seen.push('tensor');
      return g.mul(10);
    });
    x.registerPostAccumulateGradHook(() => seen.push('post'));
    const [g] = gradients([x.mul(2).sum()], [x]);
    return { seen, g, grad_is_none: x.grad === null };
  },
  hooks_of_a_part_that_is_not_asked_for() {
    const [x, w] = [leaf(1, 2), leaf(3, 4)];
    const seen: string[] = [];
    const [y, z] = [x.mul(2), w.mul(2)];
    y.registerHook(() => void seen.push('y'));
    z.registerHook(() => void seen.push('z'));
    y.mul(z)
      .sum()
      .backward({ inputs: [x] });
    return { seen };
  },
  hook_that_changes_the_shape() {
    const x = leaf(1, 2);
    x.registerHook((g) => g.sum());
    x.sum().backward();
    return {};
  },
  hook_without_gradient() {
    plain(1).registerHook((g) => g);
    return {};
  },
  post_accumulate_hook_of_a_non_leaf() {
    leaf(1)
      .mul(2)
      .registerPostAccumulateGradHook(() => {});
    return {};
  },
  hook_before_an_in_place_write() {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const seen: unknown[] = [];
    y.registerHook((g) => void seen.unshift(list(g)));
    y.mul_(5);
    y.registerHook((g) => void seen.push(list(g)));
    y.sum().backward();
    return { seen: seen.reverse(), x: x.grad };
  },
  retained_across_an_in_place_write() {
    const y = leaf(1, 2).mul(2);
    y.retainGrad();
    y.mul_(5);
    y.sum().backward();
    return { y: y.grad };
  },
  inputs_and_retained_at_once() {
    const y = leaf(1, 2).mul(2);
    y.retainGrad();
    y.mul(y)
      .sum()
      .backward({ inputs: [y] });
    return { y: y.grad };
  },
};

/** In-place writes. */
const WRITES = {
  leaf_written_in_place() {
    leaf(1).add_(1);
    return {};
  },
  leaf_written_under_no_grad() {
    const x = leaf(1, 2);
    noGrad(() => {
      x.sub_(0.5);
      x.mul_(2);
      x.set([0], 7);
    });
    return { x, leaf: x.isLeaf };
  },
  view_of_a_leaf_written_in_place() {
    leaf(1, 2).at(0).add_(1);
    return {};
  },
  leaf_assigned_to() {
    leaf(1, 2).set([0], 3);
    return {};
  },
  in_place_chain() {
    const [x, w] = [leaf(0.5, 2), leaf(3, 4)];
    const y = x.mul(1);
    y.mul_(w).add_(x).sub_(w, { alpha: 2 }).div_(w);
    const z = y.clone();
    z.pow_(2);
    z.sum().backward();
    return { y, x: x.grad, w: w.grad };
  },
  in_place_functions() {
    const x = leaf(0.25, 0.5);
    const y = x.mul(1);
    y.add_(1).log_().sub_(2).sin_().neg_().atan_().mul_(x).abs_().log1p_().exp_();
    y.sum().backward();
    return { y, x: x.grad };
  },
  in_place_by_itself() {
    const x = leaf(2, 3);
    const y = x.mul(1);
    y.add_(y);
    y.sum().backward();
    return { x: x.grad };
  },
  result_of_a_result_overwritten() {
    const y = leaf(1, 2).mul(1).exp_();
    y.add_(1);
    y.sum().backward();
    return {};
  },
  saved_result_overwritten() {
    const y = leaf(1, 2).exp();
    y.add_(1);
    y.sum().backward();
    return {};
  },
  saved_input_overwritten() {
    const c = plain(3, 4);
    const y = leaf(1, 2).mul(c).sum();
    c.add_(1);
    y.backward();
    return {};
  },
  unread_input_overwritten() {
    const [x, c] = [leaf(1, 2), plain(3, 4)];
    const y = x.add(c).sum();
    c.add_(1);
    y.backward();
    return { x: x.grad };
  },
  zeroed_and_filled() {
    const x = leaf(1, 2);
    const [y, z] = [x.mul(2).zero_(), x.mul(2).fill_(3)];
    y.add(z).add(x).sum().backward();
    return { x: x.grad, needs: [y.requiresGrad, z.requiresGrad], y, z };
  },
  filled_with_a_tensor() {
    const [x, v] = [leaf(1, 2), scalar(5)];
    const y = x.mul(2);
    y.fill_(v);
    y.mul(plain(1, 10)).sum().backward();
    return { y, x: x.grad, v: v.grad };
  },
  copied_into() {
    const [x, w] = [leaf(1, 2), leaf(3, 4)];
    const y = x.mul(2);
    y.copy_(w.mul(w));
    y.mul(plain(1, 10)).sum().backward();
    return { x: x.grad, w: w.grad };
  },
  copied_into_a_constant_and_broadcast() {
    const w = tensor([3], { requiresGrad: true });
    const y = f64([2, 2]);
    y.copy_(w);
    y.mul(
      matrix([
        [1, 2],
        [3, 4],
      ]),
    )
      .sum()
      .backward();
    return { leaf: y.isLeaf, w: w.grad };
  },
  in_place_keeps_the_dtype() {
    return { x: ones([2]).mul_(plain(2, 3)) };
  },
  in_place_that_cannot_keep_the_dtype() {
    ones([2], { dtype: 'int64' }).mul_(1.5);
    return {};
  },
  in_place_that_would_grow() {
    plain(1).add_(plain(1, 2));
    return {};
  },
  in_place_comparison() {
    return { x: plain(1, 2, 3).gt_(1.5) };
  },
  clamped_in_place() {
    const x = leaf(-1, 0.5, 3);
    const y = x.mul(1).clamp_({ min: 0, max: 1 });
    const z = x.mul(1).clamp_({ max: 1 });
    y.add(z).sum().backward();
    return { y, z, x: x.grad };
  },
  result_written_into_another() {
    leaf(1).add(plain(2), { out: plain(0) });
    return {};
  },
  expanded_written_in_place() {
    ones([1], { dtype: 'float64' }).broadcastTo([3]).add_(1);
    return {};
  },
};

/** Views and writes together. */
const VIEWS = {
  write_into_a_view() {
    const [x, w] = [leaf(1, 2, 3), leaf(10)];
    const y = x.mul(2);
    y.at('1:').mul_(w);
    y.mul(plain(1, 10, 100))
      .sum()
      .backward();
    return { y, x: x.grad, w: w.grad, base: y.gradFn };
  },
  write_into_a_base() {
    const x = leaf(1, 2, 3);
    const y = x.mul(2);
    const v = y.at('1:');
    y.mul_(x);
    v.mul(plain(10, 100)).sum().backward();
    return { v, x: x.grad };
  },
  write_into_a_view_of_a_view() {
    const x = leaf(1, 2, 3, 4);
    const y = x.mul(2);
    const m = y.view(2, 2);
    const row = m.t().at(1);
    row.mul_(row.detach().clone());
    m.mul_(m.detach().clone());
    y.mul(plain(1, 10, 100, 1000))
      .sum()
      .backward();
    return { y, x: x.grad, row };
  },
  two_views_of_one_base() {
    const x = leaf(1, 2, 3);
    const y = x.mul(2);
    const [a, b] = [y.at(':2'), y.at('1:')];
    a.mul_(3);
    b.mul_(5);
    a.sum().add(b.mul(b).sum()).backward();
    return { a, b, x: x.grad };
  },
  view_of_a_constant_becomes_a_result() {
    const x = leaf(1, 2);
    const y = f64([3]);
    const v = y.at(':2');
    y.set(['1:'], x.mul(x));
    v.mul(plain(1, 10)).sum().backward();
    return { y, needs: [y.requiresGrad, v.requiresGrad], leaf: y.isLeaf, x: x.grad };
  },
  rows_collected() {
    const x = leaf(1, 2, 3);
    const y = f64([3, 2]);
    for (let i = 0; i < 3; i++) y.set([i], x.at(i).pow(i + 1));
    y.mul(counting(6, 3, 2))
      .sum()
      .backward();
    return { y, x: x.grad };
  },
  saved_view_overwritten_through_its_base() {
    const y = leaf(1, 2).mul(2);
    const z = y.at(':1').pow(2).sum();
    y.zero_();
    z.backward();
    return {};
  },
  view_made_without_grad_written_with() {
    const y = leaf(1, 2).mul(2);
    noGrad(() => y.at(0)).add_(1);
    return {};
  },
  view_written_under_no_grad() {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const v = y.at(':1');
    noGrad(() => v.fill_(9));
    y.mul(3).sum().backward();
    return { y, x: x.grad };
  },
  second_derivative_through_a_view_write() {
    const x = leaf(1, 2, 3);
    const y = x.mul(x);
    y.at('1:').mul_(x.at(':2'));
    const [g] = gradients([y.pow(2).sum()], [x], { createGraph: true });
    g!.sum().backward();
    return { g, x: x.grad };
  },
  transposed_base_written() {
    const x = counting(6, 2, 3).add(1).requiresGrad_();
    const y = x.mul(2).t();
    const flat = y.reshape(-1);
    y.mul_(y.detach().clone());
    y.at(0).neg_();
    y.mul(counting(6, 3, 2))
      .sum()
      .backward();
    return { y, x: x.grad, flat };
  },
  retained_in_a_view_that_is_written() {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const v = y.at(':1');
    v.retainGrad();
    v.mul_(3);
    y.mul(plain(1, 10)).sum().backward();
    return { x: x.grad, v: v.grad };
  },
  retained_and_written_through_a_view() {
    const x = leaf(1, 2);
    const y = x.mul(2);
    y.retainGrad();
    y.at(':1').neg_();
    y.mul(plain(3, 10)).sum().backward();
    return { x: x.grad, y: y.grad };
  },
  retained_in_a_view_whose_base_is_written() {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const v = y.at(':1');
    v.retainGrad();
    y.neg_();
    v.mul(3).sum().add(y.sum()).backward();
    return { x: x.grad, v: v.grad };
  },
  argument_of_relu_is_overwritten() {
    const x = leaf(1, -2);
    const y = x.mul(2);
    const z = y.relu();
    y.neg_();
    z.add(y).mul(plain(3, 10)).sum().backward();
    return { x: x.grad };
  },
};

/** Index assignment and its relatives. */
const INDICES = {
  assigned_by_position_slice_mask_and_list() {
    const [x, v] = [counting(6, 2, 3).add(1).requiresGrad_(), leaf(10, 20)];
    const y = x.mul(2);
    y.set([0, 1], 5);
    y.set([':', 2], v);
    y.set(y.detach().gt(9), -1);
    y.set(
      [
        [0, 1],
        [0, 0],
      ],
      v.mul(v),
    );
    y.mul(
      matrix([
        [1, 2, 4],
        [8, 16, 32],
      ]),
    )
      .sum()
      .backward();
    return { y, x: x.grad, v: v.grad };
  },
  index_put() {
    const [x, v] = [leaf(1, 2, 3), leaf(10, 20, 30)];
    const y = x.mul(2).indexPut_([at(0, 2, 0)], v, { accumulate: true });
    const z = x.mul(3).indexPut([[1]], v.at(':1'));
    y.mul(plain(1, 10, 100))
      .sum()
      .backward();
    z.sum().backward();
    return { y, z, x: x.grad, v: v.grad };
  },
  masked_fill() {
    const [x, v] = [leaf(1, 2, 3), scalar(7)];
    const mask = tensor([true, false, true]);
    const y = x.mul(2).maskedFill_(mask, v);
    const z = x.maskedFill(mask, -1);
    y.add(z).sum().backward();
    return { y, z, x: x.grad, v: v.grad };
  },
  masked_scatter() {
    const [x, v] = [leaf(1, 2, 3), leaf(10, 20, 30)];
    const y = x.mul(2).maskedScatter_(tensor([true, false, true]), v);
    y.mul(plain(1, 10, 100))
      .sum()
      .backward();
    return { y, x: x.grad, v: v.grad };
  },
  index_add() {
    const x = ones([3, 2], { dtype: 'float64', requiresGrad: true });
    const s = counting(6, 3, 2).add(1).requiresGrad_();
    const y = x.mul(2).indexAdd_(0, at(0, 2, 0), s, { alpha: 3 });
    const z = x.indexAdd(1, [1], s.at(':', ':1'));
    y.mul(y).add(z).sum().backward();
    return { y, z, x: x.grad, s: s.grad };
  },
  index_copy_and_fill() {
    const x = ones([3, 2], { dtype: 'float64', requiresGrad: true });
    const s = counting(4, 2, 2).add(1).requiresGrad_();
    const y = x.mul(2).indexCopy_(0, at(2, 0), s);
    const z = x.mul(3).indexFill_(1, at(1), -1);
    y.mul(y).add(z).sum().backward();
    return { y, z, x: x.grad, s: s.grad };
  },
  scatter() {
    const x = zeros([2, 3], { dtype: 'float64', requiresGrad: true });
    const s = counting(6, 2, 3).add(1).requiresGrad_();
    const to = [
      [2, 0],
      [1, 1],
    ];
    const part = s.at(':', ':2');
    const y = x.mul(2).add(5).scatter_(1, to, part);
    const z = x.scatter(0, [[1, 0, 1]], 9);
    const w = x.add(1).scatterAdd_(1, to, part);
    y.mul(
      matrix([
        [1, 2, 4],
        [8, 0, 32],
      ]),
    )
      .add(z)
      .add(w.mul(w))
      .sum()
      .backward();
    return { y: y.at(0), z, w, x: x.grad, s: s.grad!.at(0) };
  },
  scatter_out_of_range() {
    zeros([3]).scatter_(0, [3], ones([1]));
    return {};
  },
  index_add_of_another_shape() {
    zeros([3, 2]).indexAdd_(0, [0, 1], ones([3, 2]));
    return {};
  },
};

class Cube extends Function {
  static forward(ctx: FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x.pow(3);
  }

  static backward(ctx: FunctionContext, g: Tensor): Tensor {
    const [x] = ctx.savedTensors;
    return x!.pow(2).mul(3).mul(g);
  }
}

const pulls: unknown[] = [];

class ScaledPair extends Function {
  static forward(ctx: FunctionContext, x: Tensor, w: Tensor, scale: number): [Tensor, Tensor] {
    ctx.saveForBackward(x, w);
    ctx['scale'] = scale;
    return [x.mul(w).mul(scale), x.add(w)];
  }

  static backward(ctx: FunctionContext, gProduct: Tensor, gSum: Tensor): (Tensor | null)[] {
    const [x, w] = ctx.savedTensors;
    const scale = ctx['scale'] as number;
    pulls.push([ctx.needsInputGrad, list(gProduct), list(gSum)]);
    return [gProduct.mul(w!).mul(scale).add(gSum), gProduct.mul(x!).mul(scale).add(gSum), null];
  }
}

class WithPositions extends Function {
  static forward(ctx: FunctionContext, x: Tensor): [Tensor, Tensor] {
    const order = x.argsort();
    const ranks = order.double();
    ctx.markNonDifferentiable(ranks);
    ctx.saveForBackward(order);
    return [x.take(order, 0), ranks];
  }

  static backward(ctx: FunctionContext, g: Tensor): Tensor {
    const [order] = ctx.savedTensors;
    return zeros(g.shape, { dtype: g.dtype }).indexCopy(0, order!, g);
  }
}

class TooMany extends Function {
  static forward(_ctx: FunctionContext, x: Tensor): Tensor {
    return x.mul(1);
  }

  static backward(_ctx: FunctionContext, g: Tensor): Tensor[] {
    return [g, g];
  }
}

class WrongShape extends Function {
  static forward(_ctx: FunctionContext, x: Tensor): Tensor {
    return x.mul(1);
  }

  static backward(): Tensor {
    return ones([3], { dtype: 'float64' });
  }
}

class Stretched extends Function {
  static forward(_ctx: FunctionContext, x: Tensor): Tensor {
    return x.broadcastTo([3, 2]).mul(1);
  }

  static backward(_ctx: FunctionContext, g: Tensor): Tensor {
    return g;
  }
}

/** Functions of a user. */
const FUNCTIONS = {
  custom_function() {
    const x = leaf(1, 2);
    const y = Cube.apply(x);
    const [g] = gradients([y.sum()], [x], { createGraph: true });
    g!.sum().backward();
    return { y, g, x: x.grad, name: y.gradFn };
  },
  custom_function_of_several() {
    const [x, w] = [leaf(1, 2), plain(3, 4)];
    pulls.length = 0;
    const [product, total] = ScaledPair.apply(x, w, 10);
    product.sum().backward({ retainGraph: true });
    total.sum().backward();
    return { x: x.grad, seen: [...pulls] };
  },
  custom_function_marks() {
    const x = leaf(3, 1, 2);
    const [values, ranks] = WithPositions.apply(x);
    values
      .mul(plain(1, 10, 100))
      .sum()
      .backward();
    return { needs: [values.requiresGrad, ranks.requiresGrad], x: x.grad };
  },
  custom_function_that_gives_too_much() {
    TooMany.apply(leaf(1, 2)).sum().backward();
    return {};
  },
  custom_function_that_gives_another_shape() {
    WrongShape.apply(leaf(1, 2)).sum().backward();
    return {};
  },
  custom_function_whose_gradient_is_summed() {
    const x = leaf(1, 2);
    Stretched.apply(x).sum().backward();
    return { x: x.grad };
  },
  custom_function_whose_saved_value_is_overwritten() {
    const y = leaf(1, 2).mul(1);
    const z = Cube.apply(y);
    y.zero_();
    z.sum().backward();
    return {};
  },
  checkpointed() {
    const [w, x] = [leaf(0.5, 0.25), leaf(1, 2)];
    let calls = 0;
    manualSeed(7);
    const y = checkpoint((a: Tensor) => {
      calls++;
      return functional.dropout(a.mul(w).exp(), { p: 0.5 }).mul(a);
    }, x);
    const after = rand([1]);
    y.sum().backward();
    return { y, x: x.grad, w: w.grad, calls, after };
  },
};

/** Our side of `torch_tape.py`, program by program under the same names. */
export const PROGRAMS: Readonly<Record<string, () => Results>> = {
  ...GRAPHS,
  ...LEAVES,
  ...HOOKS,
  ...WRITES,
  ...VIEWS,
  ...INDICES,
  ...FUNCTIONS,
};
