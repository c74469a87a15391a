// Files of the host and zip archives, for packages that save and load.
export { joinedBytes, widenedBfloat16 } from './io/bytes.ts';
export { appendFile, fileBytes, fileExists, makeFolder, readFile, removeFiles, writeFile } from './io/files.ts';
export { ProtobufWriter } from './io/protobuf.ts';
export { readMember, type ZipEntry, zipEntries } from './io/zip-reader.ts';
export { type Member, zip } from './io/zip-writer.ts';
