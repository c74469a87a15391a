// Functions that are no methods, a topic a file, so that a bundler keeps those that are used.
export {};
