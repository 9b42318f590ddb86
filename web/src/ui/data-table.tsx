import { Table, type TableProps } from "antd";
import type { ReactNode } from "react";
import { useNarrow } from "./narrow.js";
import { Bone } from "./states.js";
import { useWords } from "./words.js";

export interface Column<Row> {
  key: string;
  title: string;
  /** Figures stand right, so that digits align. */
  figure?: boolean;
  sortable?: boolean;
  /** On a phone: in the card's first line, over its whole width, or as one of its facts. */
  card?: "head" | "whole";
  /** Stays in sight while a wide table scrolls sideways. */
  pinned?: boolean;
  render: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  /** Absent while loading: bones of the same height stand in. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  bones?: number;
  empty: ReactNode;
  /** `name`, or `-name` for descending. */
  sort?: string | undefined;
  onSort?: (sort: string | undefined) => void;
  stale?: boolean;
}

/** Rows as a dense table, or as cards on a phone; loading keeps the height of what comes. */
export function DataTable<Row extends object>(props: DataTableProps<Row>): ReactNode {
  const narrow = useNarrow();
  if (props.rows?.length === 0) return props.empty;
  return (
    <div style={{ opacity: props.stale ? 0.55 : 1 }} aria-busy={props.rows === undefined || props.stale === true}>
      {narrow ? <Cards {...props} /> : <WideTable {...props} />}
    </div>
  );
}

type Line<Row> = { row: Row; key: string } | { row: undefined; key: string };

function linesOf<Row>({ rows, rowKey, bones = 10 }: DataTableProps<Row>): Line<Row>[] {
  if (rows === undefined) return Array.from({ length: bones }, (_, index) => ({ row: undefined, key: `bone ${index}` }));
  return rows.map((row) => ({ row, key: rowKey(row) }));
}

function WideTable<Row extends object>(props: DataTableProps<Row>): ReactNode {
  const { label, columns, sort, onSort } = props;
  const sorted = sort?.replace(/^-/, "");
  const table: TableProps<Line<Row>> = {
    size: "small",
    pagination: false,
    showSorterTooltip: false,
    rowKey: "key",
    dataSource: linesOf(props),
    scroll: { x: true },
    columns: columns.map((column) => ({
      key: column.key,
      title: column.title,
      align: column.figure ? "right" : "left",
      className: column.card === "whole" ? "" : "nowrap",
      ...(column.pinned ? { fixed: "left" as const } : {}),
      ...(column.sortable && onSort
        ? { sorter: true, sortOrder: sorted === column.key ? (sort?.startsWith("-") ? ("descend" as const) : ("ascend" as const)) : null }
        : {}),
      render: (_: unknown, line: Line<Row>) => (line.row === undefined ? <Bone width={column.figure ? 56 : 88} /> : column.render(line.row)),
    })),
    onChange: (_pages, _filters, sorter) => {
      const one = Array.isArray(sorter) ? sorter[0] : sorter;
      const key = one?.columnKey;
      onSort?.(one?.order == null || key === undefined ? undefined : `${one.order === "descend" ? "-" : ""}${String(key)}`);
    },
  };
  return (
    <section aria-label={label}>
      <Table {...table} />
    </section>
  );
}

function Cards<Row extends object>(props: DataTableProps<Row>): ReactNode {
  const { t } = useWords();
  const { columns, label } = props;
  const head = columns.filter((column) => column.card === "head");
  const facts = columns.filter((column) => column.card !== "head");
  return (
    <ul className="cards" aria-label={props.rows === undefined ? t("ui.loading") : label}>
      {linesOf(props).map(({ row, key }) => (
        <li key={key}>
          <div className="card-head">
            {head.map((column) => (
              <span key={column.key}>{row === undefined ? <Bone width={90} /> : column.render(row)}</span>
            ))}
          </div>
          <dl className="card-facts">
            {facts.map((column) => (
              <div key={column.key} className={column.card === "whole" ? "whole" : ""}>
                <dt>{column.title}</dt>
                <dd>{row === undefined ? <Bone width={48} /> : column.render(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}
