const script = document.currentScript as HTMLScriptElement | null;

if (script) {
  const frame = document.createElement('iframe');
  frame.src = new URL(`/widget/frame?workspace=${script.dataset.workspace ?? ''}`, script.src).href;
  frame.title = 'Alongside';
  document.body.append(frame);
}
