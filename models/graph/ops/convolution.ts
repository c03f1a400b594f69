/** Convolution of every channel with a kernel of its own (depthwise), whose gradients are convolutions of the same kind. */
import * as b from '../build';
import type { Tensor } from '../graph';
import type { TensorType } from '../shape';
import { countElements, formatShape, ShapeError } from '../shape';
import type { Ops } from './op';
import { expectFloat, floatType, inputNames, resultOf } from './op';

export interface ConvolutionAttributes {
  /**
   * Images [N, C, H, W] and kernels [C, 1, h, w] give [N, C, H + 2r − h + 1, W + 2c − w + 1], with r rows of zeros above and
   * below each image and c columns on both sides. As in ONNX and PyTorch the kernels are not turned (cross-correlation).
   */
  depthwiseConv: { readonly margins: readonly [r: number, c: number] };
}

type Convolution = Tensor<'depthwiseConv'>;

function inferConvolution([x, kernels]: readonly TensorType[], { margins }: Convolution['attributes']): TensorType {
  expectFloat(x!, kernels!);
  const [images, channels, ...grid] = x!.shape;
  const [count, one, ...window] = kernels!.shape;
  const fits = x!.shape.length === 4 && kernels!.shape.length === 4 && count === channels && one === 1;
  const size = grid.map((side, axis) => side + 2 * margins[axis]! - window[axis]! + 1);
  if (!fits || size.some((side) => side < 1))
    throw new ShapeError(`kernels ${formatShape(kernels!.shape)} do not fit images ${formatShape(x!.shape)}`);
  return floatType([images!, channels!, ...size]);
}

/** Kernels turned by 180°. */
function turned(kernels: Tensor): Tensor {
  const [channels, , rows, columns] = kernels.shape;
  const cells = rows! * columns!;
  const last = kernels.graph.constant(
    Int32Array.from({ length: cells }, (_, cell) => cells - 1 - cell),
    [cells],
  );
  const byCell = b.transpose(b.reshape(kernels, [channels!, cells]), [1, 0]);
  return b.reshape(b.transpose(b.gather(byCell, last), [1, 0]), kernels.shape);
}

/** dx: dy with the turned kernels. dk: each image with dy as its kernel, summed over the images. */
function gradients(dy: Tensor, { inputs: [x, kernels], attributes: { margins } }: Convolution): [Tensor, Tensor] {
  const [images, channels, ...grid] = x!.shape;
  const [, , height, width] = kernels!.shape;
  const planes = b.reshape(x!, [1, images! * channels!, ...grid]);
  const perImage = b.depthwiseConv(planes, b.reshape(dy, [images! * channels!, 1, ...dy.shape.slice(2)]), margins);
  const dk = b.reduceSum(b.reshape(perImage, [images!, channels!, height!, width!]), [0]);
  return [
    b.depthwiseConv(dy, turned(kernels!), [height! - 1 - margins[0], width! - 1 - margins[1]]),
    b.reshape(dk, kernels!.shape),
  ];
}

export const convolution: Ops<ConvolutionAttributes> = {
  depthwiseConv: {
    infer: inferConvolution,
    flops: ([, kernels], output) => 2 * countElements(output.shape) * countElements(kernels!.shape.slice(2)),
    vjp: gradients,
    onnx(e, y) {
      const { margins } = y.attributes;
      const attributes = { group: y.shape[1]!, pads: [...margins, ...margins] };
      e.op('Conv', inputNames(e, y), { attributes, ...resultOf(e, y) });
    },
    memory: 'own',
    naming: 'result',
  },
};
