import { fetchMnist } from './fetch-mnist.ts';
import { train } from './train.ts';

globalThis.addEventListener('message', ({ data }: MessageEvent<boolean>) => {
  void train(fetchMnist, data).then((report) => globalThis.postMessage(report));
});
