/** The formats of exported models. */

/** `safetensors` and `pt`: for PyTorch; `onnx-step`: one supervision step; `onnx-solve`: all steps. */
export const exportFormats = ['safetensors', 'pt', 'onnx-step', 'onnx-solve'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Whether the state of an optimiser is exported with the weights. */
export const includesOptimiser = (format: ExportFormat): boolean => format === 'pt' || format === 'safetensors';
