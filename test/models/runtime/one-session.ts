/** A separate program: runs one session and prints the variable that disables the telemetry of onnxruntime. */
import { add } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { Session } from '../../../models/runtime/session';

const graph = new Graph();
graph.output('y', add(graph.input('x', [1]), 1));
const session = await Session.create(graph);
await session.run({ x: Float32Array.of(1) });
await session.release();
process.stdout.write(process.env['ORT_DISABLE_TELEMETRY'] ?? 'unset');
