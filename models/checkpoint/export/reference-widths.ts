/**
 * A model with the inner widths of the reference's gated MLPs. The reference rounds them up to multiples of 256; further units whose weights are
 * all zero add nothing to the results, have no gradient, and stay zero in training.
 */
import { countPositions, type ModelConfig } from '../../family/config';
import { innerWidths, weightLayout } from '../../family/weights';
import { REFERENCE_INNER_MULTIPLE } from '../reference-config';

/** The least wide model that the reference can build and that has room for the weights; the model itself where its widths are those of the reference. */
export function toReferenceWidths(model: ModelConfig): ModelConfig {
  const rounded = { ...model, innerMultiple: REFERENCE_INNER_MULTIPLE };
  return hasRoom(rounded, model) ? rounded : { ...rounded, expansion: neededExpansion(model) };
}

const hasRoom = (wide: ModelConfig, model: ModelConfig): boolean => {
  const [room, needed] = [innerWidths(wide), innerWidths(model)];
  return room.channels >= needed.channels && (!model.mlpT || room.positions >= needed.positions);
};

/** The expansion whose inner widths, before they are rounded up, are those of the model or more. */
function neededExpansion(model: ModelConfig): number {
  const { channels, positions } = innerWidths(model);
  const overPositions = model.mlpT ? positions / countPositions(model) : 0;
  return 1.5 * Math.max(channels / model.hiddenSize, overPositions);
}

const GATE_AND_UP = 'gate_up_proj.weight';

/** A flat vector of the weights of `model`, or of their moments, for the wider model: zero for the further units. */
export function padWidths(model: ModelConfig, wide: ModelConfig, values: Float32Array): Float32Array {
  const [from, to] = [weightLayout(model), weightLayout(wide)];
  const padded = new Float32Array(to.size);
  for (const { name, shape } of from.specs) {
    const own = { values: from.values(values, name), shape };
    const target = { values: to.values(padded, name), shape: to.find(name).spec.shape };
    // Gate first, up second: each gets its own further rows.
    copyRows(own, target, name.endsWith(GATE_AND_UP) ? 2 : 1);
  }
  return padded;
}

interface Matrix {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Copies each part of the rows to the start of the same part of the target, each row to the start of the target's. */
function copyRows(own: Matrix, target: Matrix, parts: number): void {
  const [rows, width] = [own.shape[0]! / parts, own.values.length / own.shape[0]!];
  const [targetRows, targetWidth] = [target.shape[0]! / parts, target.values.length / target.shape[0]!];
  for (let part = 0; part < parts; part++)
    for (let row = 0; row < rows; row++) {
      const at = (part * rows + row) * width;
      target.values.set(own.values.subarray(at, at + width), (part * targetRows + row) * targetWidth);
    }
}
