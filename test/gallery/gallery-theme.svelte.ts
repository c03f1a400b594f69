/** The theme of the gallery. */
class GalleryTheme {
  current = $state<'dark' | 'light'>('dark');

  /** Follows the system's preference; returns the function that stops following. */
  follow(): () => void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const update = (): void => void (this.current = system.matches ? 'dark' : 'light');
    update();
    system.addEventListener('change', update);
    return () => system.removeEventListener('change', update);
  }
}

export const galleryTheme = new GalleryTheme();
