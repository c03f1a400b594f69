/** The board in full screen, with nothing but its player. The page carries it as `data-board-only` (presenter.css). */
export class BoardOnly {
  isOn = $state(false);

  /** Follows the system's full screen, which Esc leaves; returns the function that stops it and leaves. */
  start(): () => void {
    const follow = (): void => {
      if (document.fullscreenElement === null) this.#apply(false);
    };
    document.addEventListener('fullscreenchange', follow);
    return () => {
      document.removeEventListener('fullscreenchange', follow);
      this.leave();
    };
  }

  toggle(): void {
    if (this.isOn) this.leave();
    else this.enter();
  }

  /** The board fills the window at once, and the screen where the system allows it. */
  enter(): void {
    this.#apply(true);
    // Left again before the system has answered.
    const leaveIfOff = (): void => void (this.isOn || this.#exit());
    document.documentElement.requestFullscreen().then(leaveIfOff, () => undefined);
  }

  leave(): void {
    this.#apply(false);
    this.#exit();
  }

  #exit(): void {
    if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => undefined);
  }

  #apply(isOn: boolean): void {
    this.isOn = isOn;
    document.documentElement.toggleAttribute('data-board-only', isOn);
  }
}
