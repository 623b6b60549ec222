export const DueDate = {
  mounted(this: { el: HTMLElement }) {
    const at = this.el.getAttribute('datetime');
    const zone = this.el.dataset.zone;
    if (at) this.el.textContent = new Date(at).toLocaleString([], { timeZone: zone });
  },
};
