import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, openPage, takePicture, wider } from "./harness.js";

const font = join(process.cwd(), "node_modules/@fontsource-variable/noto-sans-sc");
const page = `<!doctype html><html lang="zh"><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/font/index.css">
<style>body { font-family: "Noto Sans SC Variable"; font-size: 48px } </style>
<h1>零售银行客户分层</h1><p>钻石 · 白金 · 黄金</p></html>`;

let server: Server;
let browser: Browser;
let address: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const file = request.url?.startsWith("/font/") ? readFileSync(join(font, request.url.slice("/font/".length))) : page;
    const type = request.url?.endsWith(".css") ? "text/css" : request.url?.endsWith(".woff2") ? "font/woff2" : "text/html; charset=utf-8";
    response.writeHead(200, { "content-type": type }).end(file);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe("the browser of the tests", () => {
  it("draws Chinese from the page's own font", async () => {
    const { page, complaints } = await openPage(browser, "desk");
    await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
    await page.goto(address);
    await takePicture(page, "chromium-chinese");

    // a missing glyph is the same box for every character: two different characters then have the same ink
    const ink = await page.evaluate(() => {
      const draw = (letter: string) => {
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 64;
        const pen = canvas.getContext("2d");
        if (!pen) throw new Error("no canvas");
        pen.font = '48px "Noto Sans SC Variable"';
        pen.fillText(letter, 4, 52);
        return canvas.toDataURL();
      };
      return { first: draw("零"), second: draw("行") };
    });
    expect(ink.first).not.toBe(ink.second);
    expect(complaints.lines).toEqual([]);
    await page.context().close();
  });

  it("knows a phone's width", async () => {
    const { page } = await openPage(browser, "phone");
    await page.goto(address);
    expect(await page.evaluate(() => window.innerWidth)).toBe(390);
    expect(await wider(page)).toBe(0);
    await page.context().close();
  });
});
