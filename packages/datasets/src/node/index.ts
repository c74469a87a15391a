export { download, type DownloadOptions, type PublishedFile } from './download.ts';
export { cacheDir, mnist, MNIST_FILES, MNIST_MIRRORS, type MnistOptions } from './mnist.ts';
export { type OnProgress, type Progress, progressLine, type ProgressTarget } from './progress.ts';
