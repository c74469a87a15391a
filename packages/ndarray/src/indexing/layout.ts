import type { Layout } from '../array.ts';
import type { BasicItem } from './parse.ts';

/** The layout of a view that an index without arrays gives. */
export function viewLayout(x: Layout, items: readonly BasicItem[]): Layout {
  const shape: number[] = [];
  const strides: number[] = [];
  let { offset } = x;
  let axis = 0;
  for (const item of items) {
    if (item.kind === 'newaxis') {
      shape.push(1);
      strides.push(0);
      continue;
    }
    const stride = x.strides[axis++]!;
    if (item.kind === 'integer') offset += item.at * stride;
    else {
      // An empty slice may start behind the end; it must not move the offset there.
      if (item.count > 0) offset += item.start * stride;
      shape.push(item.count);
      strides.push(item.step * stride);
    }
  }
  return { shape, strides, offset };
}
