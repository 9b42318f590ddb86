import { Drawer, Modal } from "antd";
import type { ReactNode } from "react";
import { useNarrow } from "./narrow.js";

interface SheetProps {
  open: boolean;
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** One small decision: from the bottom of a phone, where the thumb is; in the middle of a desk's screen. */
export function Sheet({ open, title, onClose, children }: SheetProps): ReactNode {
  const narrow = useNarrow();
  if (!narrow)
    return (
      <Modal open={open} onCancel={onClose} title={title} footer={null} width={460} destroyOnHidden>
        {children}
      </Modal>
    );
  return (
    <Drawer open={open} onClose={onClose} title={title} placement="bottom" size="auto" className="sheet" destroyOnHidden>
      {children}
    </Drawer>
  );
}
