// The people of a room: what each may do there, how they come and go, and how many are looked through.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { button, details, dialog, item, notice, ready } from './rooms_support.mjs';
import { box, message, until } from './support.mjs';

describe('a member', () => {
  it('is offered only what they may do', async (t) => {
    const { world, id, liger } = await ready(t);
    await liger.say(id, 'rules');
    const page = await world.person('indifferent', { path: `/c/${id}` });
    await message(page, 'rules').focus();
    await page.keyboard.press('m');
    await item(page, 'Copy link').waitFor();
    assert.equal(await item(page, 'Pin').count(), 0);
    await page.keyboard.press('Escape');
    assert.equal(await button(details(page), 'Add people').count(), 0);
    assert.equal(await button(details(page), 'Invite link').count(), 0);
    assert.equal(
      await details(page)
        .getByRole('button', { name: /^More about/ })
        .count(),
      0,
    );
    await button(details(page), 'Room settings').click();
    assert.equal(await dialog(page).getByRole('tab', { name: 'Invites' }).count(), 0);
    assert.equal(await dialog(page).getByRole('textbox').count(), 0);
    world.assertClean();
  });

  it('who is silenced reads, and cannot write until it ends', async (t) => {
    const { world, id } = await ready(t);
    const page = await world.person('indifferent', { path: `/c/${id}` });
    const owner = await world.person('liger_zql', { path: `/c/${id}` });
    await box(page).waitFor();
    await button(details(owner), 'More about 漠然').click();
    await item(owner, 'Silence until undone').click();
    await page.getByText('An admin has silenced you here. You can read, and not write.').waitFor();
    await button(details(owner), 'More about 漠然').click();
    await item(owner, 'Let them write again').click();
    await box(page).waitFor();
    world.assertClean();
  });

  it('is named by @, and so is everybody', async (t) => {
    const { world, id } = await ready(t);
    const page = await world.person('liger_zql', { path: `/c/${id}` });
    await box(page).pressSequentially('@ind');
    await page.getByRole('option', { name: /indifferent/ }).waitFor();
    await box(page).press('Enter');
    assert.equal(await box(page).inputValue(), '@indifferent ');
    await box(page).pressSequentially('and @he');
    await page.getByRole('option', { name: /Everybody here/ }).waitFor();
    await box(page).press('Enter');
    await box(page).press('Enter');
    const other = await world.person('indifferent', { path: `/c/${id}` });
    await message(other, '@indifferent and @here').waitFor();
    world.assertClean();
  });

  it('who is an admin deletes what others wrote', async (t) => {
    const { world, id, other } = await ready(t);
    await other.say(id, 'not here, please');
    const page = await world.person('liger_zql', { path: `/c/${id}` });
    await message(page, 'not here, please').focus();
    await page.keyboard.press('m');
    await item(page, 'Delete').click();
    await message(page, 'Message deleted').waitFor();
    await until(
      async () => !(await other.texts(id)).includes('not here, please'),
      'the text is gone',
    );
    world.assertClean();
  });
});

describe('the people of a room', () => {
  it('are added by an admin, and let in again who was banned', async (t) => {
    const { world, id, other } = await ready(t, { users: [] });
    const page = await world.person('liger_zql', { path: `/c/${id}` });
    await button(details(page), 'Add people').click();
    await dialog(page).getByLabel('Name of a person').fill('indifferent');
    await dialog(page).getByRole('button', { name: /漠然/ }).first().click();
    await button(dialog(page), 'Add').click();
    await notice(page, 'You added 漠然').waitFor();
    await details(page).getByText('漠然').waitFor();
    const { title } = await other.ask('GET', `/conversations/${id}`);
    assert.equal(title, 'Studio');
    await button(details(page), 'More about 漠然').click();
    await item(page, 'Ban').click();
    await button(page.getByRole('alertdialog'), 'Ban').click();
    await notice(page, 'You banned 漠然').waitFor();
    await button(details(page), 'Room settings').click();
    await dialog(page).getByRole('tab', { name: 'Banned' }).click();
    await button(dialog(page), 'Lift ban of 漠然').click();
    await dialog(page).getByText('Nobody is banned.').waitFor();
    // Over the dialog one can see what is told, and reach it.
    await dialog(page).getByRole('group', { name: '漠然 may come in again' }).waitFor();
    world.assertClean();
  });

  it('are a page at a time where they are many, and found by name', async (t) => {
    const { world, id, liger } = await ready(t, { access: 'open', users: [] });
    for (let n = 0; n < 119; n++) {
      const name = `guest${String(n).padStart(3, '0')}`;
      await (
        await world.register(name, `Guest ${n}`)
      ).ask('PUT', `/conversations/${id}/membership`);
    }
    assert.equal((await liger.ask('GET', `/conversations/${id}`)).member_count, 120);
    const page = await world.person('liger_zql', { path: `/c/${id}` });
    const members = details(page).locator('section li');
    await details(page).getByText('120').waitFor();
    await until(async () => (await members.count()) === 50, 'the first fifty');
    await button(details(page), 'Next 50').click();
    await button(details(page), 'Next 50').click();
    await until(async () => (await members.count()) === 20, 'the last twenty');
    await details(page).getByRole('searchbox').fill('guest077');
    await until(async () => (await members.count()) === 1, 'the one looked for');
    await members.getByText('Guest 77').waitFor();
    world.assertClean();
  });

  it('are there by themselves when the server is back', async (t) => {
    const { world, id } = await ready(t);
    const page = await world.person('liger_zql', { path: `/c/${id}` });
    await details(page).locator('section li').first().waitFor();
    await world.server.kill();
    await page.getByText('Reconnecting').first().waitFor();
    await button(details(page), 'Hide details').click();
    await button(page, 'Show details').click();
    await details(page).getByText('The server cannot be reached').waitFor();
    await world.server.again();
    await details(page).locator('section li', { hasText: '漠然' }).waitFor();
  });
});
