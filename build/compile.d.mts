/** Builds the targets whose sources are newer than what was built from them. @param names keys of `targets` */
export function compile(names: readonly string[]): Promise<void>;
