/** Checks the current page with axe. */
import axe from 'axe-core';
import type { Page } from 'playwright';

/** WCAG 2.2 A and AA, and best practices. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Returns one line per violated rule with the affected elements; an empty list if there are none. */
export async function findViolations(page: Page): Promise<string[]> {
  // The content security policy blocks added scripts, but not code that Playwright evaluates.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (values) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: { type: 'tag', values },
    });
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help} (${nodes
          .slice(0, 4)
          .map(({ target, failureSummary = '' }) => `${target.join(' ')} – ${failureSummary.split('\n').at(1)?.trim()}`)
          .join('; ')})`,
    );
  }, rules);
}
