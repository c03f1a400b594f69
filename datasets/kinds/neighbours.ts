/** For each cell of a square grid the cells above, left, right and below, where there are such. */
export function squareNeighbours(side: number): readonly (readonly number[])[] {
  const cells = side * side;
  return Array.from({ length: cells }, (_, cell) => {
    const column = cell % side;
    return [
      ...(cell >= side ? [cell - side] : []),
      ...(column > 0 ? [cell - 1] : []),
      ...(column < side - 1 ? [cell + 1] : []),
      ...(cell < cells - side ? [cell + side] : []),
    ];
  });
}
