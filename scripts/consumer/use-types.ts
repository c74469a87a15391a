import { keras, nn, np, optim, torch } from 'isograd';
import { datasets, plt } from 'isograd/node';

class Net extends nn.Module {
  hidden: nn.Linear = new nn.Linear(2, 8);
  out: nn.Linear = new nn.Linear(8, 1);

  override forward(x: torch.Tensor): torch.Tensor {
    return this.out(this.hidden(x).tanh());
  }
}

const net = new Net();
const y: torch.Tensor = net(torch.zeros([4, 2]));
const optimizer: optim.Adam = new optim.Adam(net.parameters(), { lr: 0.1 });
torch.nn.functional.mseLoss(y, torch.ones([4, 1])).backward();
optimizer.step();

const x: np.NDArray = np.exp(np.array([0, 1])).add(np.zeros([2]));
const model = new keras.Sequential([keras.Input({ shape: [2] }), new keras.layers.Dense(1)]);
const history: Promise<keras.History> = model.fit(x, [[0], [1]], { epochs: 1 });
const digits: Promise<datasets.Mnist> = datasets.mnist();
const figure: plt.Figure = plt.figure();

void [history, digits, figure];
