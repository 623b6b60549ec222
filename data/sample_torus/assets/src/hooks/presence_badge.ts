type Present = { count: number };

export const PresenceBadge = {
  mounted(this: { el: HTMLElement; handleEvent: (name: string, run: (p: Present) => void) => void }) {
    this.handleEvent('present', ({ count }) => {
      this.el.textContent = count === 1 ? '1 person here' : `${count} people here`;
    });
  },
};
