/** The theme the page of components is looked at in. */
class Look {
  theme = $state<'dark' | 'light'>('dark');

  /** As the system says, now and from now on; returns the function that stops following. */
  follow(): () => void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const take = (): void => void (this.theme = system.matches ? 'dark' : 'light');
    take();
    system.addEventListener('change', take);
    return () => system.removeEventListener('change', take);
  }
}

export const look = new Look();
