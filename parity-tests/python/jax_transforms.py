"""JAX's transforms, nested: values, gradients, Jacobians and Hessians of the programs of transform_programs.py."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp

from golden import versions, write
from transform_programs import cases

jax.config.update("jax_enable_x64", True)
math = SimpleNamespace(
    tanh=jnp.tanh, sin=jnp.sin, exp=jnp.exp, prod=jnp.prod, amax=jnp.max, sort=jnp.sort, cumsum=jnp.cumsum, trace=jnp.trace,
    logsumexp=jax.scipy.special.logsumexp, softmax=jax.nn.softmax, det=jnp.linalg.det, inv=jnp.linalg.inv, solve=jnp.linalg.solve,
)
write("jax-transforms", cases(jax, math, jnp.asarray, jax.tree.leaves), versions(jax))
