import type { Tensor } from '@isograd/autograd';
import { Module } from './module.ts';

/** `max(x, 0)`, element-wise (PyTorch's `nn.ReLU`). */
export class ReLU extends Module {
  static override readonly name: string = 'ReLU';

  override forward(x: Tensor): Tensor {
    return x.relu();
  }
}

/** `1 / (1 + exp(-x))`, element-wise (PyTorch's `nn.Sigmoid`). */
export class Sigmoid extends Module {
  static override readonly name: string = 'Sigmoid';

  override forward(x: Tensor): Tensor {
    return x.sigmoid();
  }
}

/** Hyperbolic tangent, element-wise (PyTorch's `nn.Tanh`). */
export class Tanh extends Module {
  static override readonly name: string = 'Tanh';

  override forward(x: Tensor): Tensor {
    return x.tanh();
  }
}
