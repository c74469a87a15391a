import { fetchMnist } from './fetch-mnist.ts';
import { hasFma, type Report, train } from './train.ts';

/** What the test calls in the page. */
export interface PageCheck {
  hasFma(): boolean;
  onPage(fma: boolean): Promise<Report>;
  inWorker(fma: boolean): Promise<Report>;
}

function inWorker(fma: boolean): Promise<Report> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const report = new Promise<Report>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Report>) => resolve(data));
    worker.addEventListener('error', ({ error }) => reject(error as Error));
  });
  worker.postMessage(fma);
  return report.finally(() => worker.terminate());
}

const check: PageCheck = { hasFma, onPage: (fma) => train(fetchMnist, fma), inWorker };
(globalThis as { isogradCheck?: PageCheck }).isogradCheck = check;
