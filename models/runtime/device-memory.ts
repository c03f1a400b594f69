/** Copies tensors to and from the memory of a device. */
import { mul } from '../graph/build';
import { Graph } from '../graph/graph';
import type { Provider } from './execution';
import { load, type OnnxSession, type OnnxTensor } from './onnxruntime';
import type { TensorData } from './session';

/**
 * Copies float32 tensors to and from the memory of a device. Only WebGPU tensors can stay on the device between runs; those of
 * other providers are in the memory of the processor. `getData` of a WebGPU tensor aborts the process in onnxruntime-node
 * 1.30, so a session copies it.
 */
export class DeviceMemory {
  private readonly sessions = new Map<string, Promise<OnnxSession>>();

  constructor(private readonly provider: Provider) {}

  async write(tensor: OnnxTensor): Promise<OnnxTensor> {
    return this.provider === 'webgpu' ? this.copy(tensor, 'gpu-buffer') : tensor;
  }

  /** The values of a tensor, in an array of their own. */
  async read(tensor: OnnxTensor): Promise<TensorData> {
    const copied = tensor.location === 'gpu-buffer' ? await this.copy(tensor, 'cpu') : tensor;
    return copied === tensor ? (copied.data as Float32Array).slice() : (copied.data as Float32Array);
  }

  async release(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).release();
    this.sessions.clear();
  }

  private async copy(tensor: OnnxTensor, to: 'cpu' | 'gpu-buffer'): Promise<OnnxTensor> {
    const key = `${to} ${tensor.dims.join()}`;
    if (!this.sessions.has(key)) this.sessions.set(key, this.open(tensor.dims, to));
    const session = await this.sessions.get(key);
    const outputs = await session!.run({ values: tensor });
    return outputs['copy']!;
  }

  private open(shape: readonly number[], to: 'cpu' | 'gpu-buffer'): Promise<OnnxSession> {
    const graph = new Graph();
    graph.output('copy', mul(graph.input('values', shape), 1));
    return load(graph, { provider: this.provider, onDevice: to === 'gpu-buffer' ? ['copy'] : [] });
  }
}
