import { maximum, minimum, stack, where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';

/** Red, green and blue, or what else the channels are, of images with the channels last. */
const planes = (images: Tensor): readonly [Tensor, Tensor, Tensor] =>
  [0, 1, 2].map((c) => images.at('...', c) as Tensor) as [Tensor, Tensor, Tensor];

const choose = (condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor => asTensor(where(condition, a, b));

/** Brightness of each pixel, `[batch, height, width, 1]`; images of one channel stay. */
export function rgbToGrayscale(images: Tensor): Tensor {
  if (images.shape.at(-1) === 1) return images;
  const [red, green, blue] = planes(images);
  const gray = red.mul(0.2989).add(green.mul(0.587)).add(blue.mul(0.114));
  return gray.reshape([...gray.shape, 1]);
}

/** Hue, saturation and value, each from 0 to 1, of colours from 0 to 1. */
export function rgbToHsv(images: Tensor): readonly [hue: Tensor, saturation: Tensor, value: Tensor] {
  const tiny = images.dtype === 'float64' ? 2 ** -52 : 2 ** -23;
  const [red, green, blue] = planes(choose(images.abs().lt(tiny) as Tensor, 0, images));
  const value = asTensor(maximum(maximum(red, green), blue));
  const range = value.sub(asTensor(minimum(minimum(red, green), blue)));
  const some = range.gt(0) as Tensor;
  const saturation = choose(value.gt(0) as Tensor, range.div(choose(value.gt(0) as Tensor, value, 1)), 0);
  const norm = choose(some, range, 1).mul(6).rdiv(1);
  const ofBlue = norm.mul(red.sub(green)).add(4 / 6);
  const ofGreen = choose(value.eq(green) as Tensor, norm.mul(blue.sub(red)).add(2 / 6), ofBlue);
  const ofRed = choose(value.eq(red) as Tensor, norm.mul(green.sub(blue)), ofGreen);
  return [choose(some, ofRed, 0).add((ofRed.lt(0) as Tensor).astype(images.dtype)), saturation, value];
}

/** Colours of hue, saturation and value, with the channels last. */
export function hsvToRgb(hue: Tensor, saturation: Tensor, value: Tensor): Tensor {
  const sector = hue.sub(hue.floor()).mul(6);
  const shares = [sector.sub(3).abs().sub(1), sector.sub(2).abs().rsub(2), sector.sub(4).abs().rsub(2)].map((share) =>
    share.clip(0, 1),
  );
  return asTensor(
    stack(
      shares.map((share) => value.mul(saturation.rsub(1).add(saturation.mul(share)))),
      { axis: -1 },
    ),
  );
}
