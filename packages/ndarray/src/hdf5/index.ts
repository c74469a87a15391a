import '../attach.ts';

export { Hdf5Dataset, Hdf5Group, type Hdf5Value, isHdf5, openHdf5 } from './reader.ts';
export { type Hdf5AttributeValue, Hdf5Node, toHdf5, type Hdf5Tree } from './writer.ts';
