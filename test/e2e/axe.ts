/** What axe finds wrong with the page as it is now. */
import axe from 'axe-core';
import type { Page } from 'playwright';

/** WCAG 2.2 A and AA, and what is good practice beside it. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** One line for each kind of fault, with the elements that have it; empty when there is none. */
export async function findViolations(page: Page): Promise<string[]> {
  // What Playwright evaluates is exempt from the page's policy, which itself refuses added scripts.
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
