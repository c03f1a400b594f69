/**
 * A device that computes on the CPU until it fails: sessions of onnxruntime with another provider than the CPU
 * run on the CPU, and their outputs pass through `fault`. Outputs that stay on the device cannot be read there, only through
 * another session, as on WebGPU.
 */
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { onTestFinished, vi } from 'vitest';

type Outputs = Awaited<ReturnType<InferenceSession['run']>>;

/** `run` counts from 1 over all sessions of the device that do not only copy. */
export type Fault = (run: number, outputs: Outputs) => void;

interface FaultyDevice {
  /** Bytes that went to the device and came from it so far. */
  transferred: number;
  /** From now on every run fails, those that only copy as well. */
  isLost: boolean;
}

export function injectFault(fault: Fault): FaultyDevice {
  const create = InferenceSession.create.bind(InferenceSession) as (
    bytes: Uint8Array,
    options: InferenceSession.SessionOptions,
  ) => Promise<InferenceSession>;
  const device = { transferred: 0, isLost: false };
  const memory = new DeviceTensors();
  let runs = 0;
  const spy = vi.spyOn(InferenceSession, 'create').mockImplementation((async (
    bytes: Uint8Array,
    { preferredOutputLocation, ...options }: InferenceSession.SessionOptions,
  ) => {
    const session = await create(bytes, { ...options, executionProviders: ['cpu'] });
    if (options.executionProviders?.[0] === 'cpu') return session;
    const run = session.run.bind(session);
    const isCopy = session.inputNames.join() === 'values';
    const onDevice = new Set(Object.keys(preferredOutputLocation ?? {}));
    session.run = (async (feeds: InferenceSession.FeedsType) => {
      if (device.isLost) throw new Error('device lost');
      const outputs = await run(memory.unwrap(feeds as Outputs));
      if (!isCopy) fault(++runs, outputs);
      const returned = Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [name, onDevice.has(name) ? memory.wrap(tensor) : tensor]),
      );
      for (const tensor of Object.values({ ...(feeds as Outputs), ...returned }))
        device.transferred += byteLength(tensor);
      return returned;
    }) as InferenceSession['run'];
    return session;
  }) as typeof InferenceSession.create);
  onTestFinished(() => spy.mockRestore());
  return device;
}

const byteLength = (tensor: Tensor): number => (tensor.location === 'cpu' ? 4 * tensor.size : 0);

/** Tensors in the memory of the device. */
class DeviceTensors {
  private readonly values = new WeakMap<Tensor, Tensor>();

  wrap(values: Tensor): Tensor {
    const wrapped = Object.create(values, {
      location: { value: 'gpu-buffer' },
      data: {
        get: () => {
          throw new Error('the data is not on the CPU');
        },
      },
      dispose: { value: () => this.values.delete(wrapped) },
    }) as Tensor;
    this.values.set(wrapped, values);
    return wrapped;
  }

  unwrap(feeds: Outputs): Outputs {
    return Object.fromEntries(
      Object.entries(feeds).map(([name, tensor]) => {
        if (tensor.location === 'cpu') return [name, tensor];
        const values = this.values.get(tensor);
        if (!values) throw new Error(`${name} was disposed`);
        return [name, values];
      }),
    );
  }
}
