// Luma's own few lines. The widget is told who is signed in, and to forget when they leave.
(() => {
  'use strict';

  window.Alongside ??= [];
  const say = (...call) => window.Alongside.push(call);

  if (document.documentElement.dataset.customer) {
    say('identify', async () => {
      const answer = await fetch('/identity', { method: 'POST' });
      if (!answer.ok) throw new Error('Luma could not say who is signed in.');
      return answer.text();
    });
  }

  for (const form of document.querySelectorAll('form[data-sign-out]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (typeof window.Alongside.forget === 'function') await window.Alongside.forget();
      form.submit();
    });
  }

  for (const button of document.querySelectorAll('[data-chat]')) {
    button.hidden = false;
    button.addEventListener('click', () => say('open'));
  }

  const menu = document.querySelector('[data-menu]');
  const navigation = document.getElementById('navigation');
  menu?.addEventListener('click', () => {
    const open = menu.getAttribute('aria-expanded') !== 'true';
    menu.setAttribute('aria-expanded', String(open));
    navigation.classList.toggle('open', open);
  });

  // On a phone the chart is wider than the screen: the latest months come first.
  for (const frame of document.querySelectorAll('.chart-frame')) frame.scrollLeft = frame.scrollWidth;

  const slider = document.querySelector('[data-kwh]');
  slider?.addEventListener('input', () => {
    document.querySelector('[data-kwh-shown]').textContent = Number(slider.value).toLocaleString(document.documentElement.lang);
  });
  for (const control of document.querySelectorAll('[data-sends]')) {
    control.addEventListener('change', () => control.form.requestSubmit());
  }
})();
