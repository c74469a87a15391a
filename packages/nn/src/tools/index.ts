export * as rnn from './rnn.ts';
