/** Tells once that something is so, and again only after it has clearly ceased to be. */
export class Latch {
  private isOn = false;

  /** @returns whether it is to be told now; between `begins` and `ends` it stays as it is */
  turn({ begins, ends }: { readonly begins: boolean; readonly ends: boolean }): boolean {
    const isNew = begins && !this.isOn;
    if (begins) this.isOn = true;
    else if (ends) this.isOn = false;
    return isNew;
  }
}
