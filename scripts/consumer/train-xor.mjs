// The compiled code in the tarballs, trained as a user would: XOR, until it is right.
import { getDevice, keras, np } from 'isograd';

keras.setRandomSeed(1);
const x = np.array([0, 0, 0, 1, 1, 0, 1, 1], { dtype: 'float32', shape: [4, 2] });
const y = np.array([0, 1, 1, 0], { dtype: 'float32', shape: [4, 1] });
const model = new keras.Sequential([
  new keras.layers.Dense(8, { activation: 'tanh' }),
  new keras.layers.Dense(1, { activation: 'sigmoid' }),
]);
model.compile({ optimizer: new keras.optimizers.Adam({ learningRate: 0.1 }), loss: 'binaryCrossentropy' });
await model.fit(x, y, { epochs: 200, verbose: 0 });
const predicted = (await model.predict(x, { verbose: 0 })).round().tolist().flat().join();
if (predicted !== '0,1,1,0') {
  process.stderr.write(`XOR is predicted as ${predicted} on ${getDevice().name}\n`);
  process.exitCode = 1;
}
