/** What the frame asks of the server by HTTP. */

import { backoffSeconds, Failure, type Http, type Uuid } from '@alongside/sdk';

const TRIES = 5;

export interface WidgetConfig {
  workspace: { slug: string; name: string; locale: string; brand_colour: string };
  concierge_name: string;
  /** By locale. */
  greeting: Record<string, string>;
}

export interface WhoIAm {
  person_id: Uuid;
  name: string | null;
  verified: boolean;
}

export interface Device {
  token: string;
  device_id: Uuid;
  person: WhoIAm;
}

export function fetchConfig(http: Http, workspace: string): Promise<WidgetConfig> {
  return http.request('GET', `/api/widget/config?workspace=${encodeURIComponent(workspace)}`);
}

export function registerDevice(http: Http, workspace: string, locale: string): Promise<Device> {
  return http.request('POST', '/api/widget/devices', { workspace, locale });
}

export function whoseDevice(http: Http): Promise<WhoIAm> {
  return http.request('GET', '/api/widget/devices/current');
}

/**
 * Joins this device to the person of the JWT. If a token comes back, the one used until now is worth nothing. The same
 * request may be repeated when its answer was lost.
 */
export async function identify(http: Http, jwt: string): Promise<{ person: WhoIAm; token: string | null }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await http.request('POST', '/api/widget/identify', { jwt });
    } catch (thrown) {
      if (attempt === TRIES || !(thrown instanceof Failure) || !thrown.passing) throw thrown;
      const seconds = Math.max(backoffSeconds(attempt, Math.random), thrown.detail.retryAfter ?? 0);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}

export function forgetDevice(http: Http): Promise<void> {
  return http.request('DELETE', '/api/widget/devices/current');
}
