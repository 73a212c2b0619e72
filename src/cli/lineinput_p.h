// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_LINEINPUT_P_H
#define QIPC_CLI_LINEINPUT_P_H

#include <QtCore/QByteArray>
#include <QtCore/QObject>

#include <memory>

namespace qipc::cli {

/*!
 * Standard input, line by line, while the event loop goes on. There can be one such object at a
 * time, which must not be deleted from a slot of its signal.
 */
class LineInput : public QObject
{
    Q_OBJECT

public:
    explicit LineInput(QObject *parent = nullptr);
    ~LineInput() override;

Q_SIGNALS:
    //! A line came; it is without its newline. The last one needs none.
    void lineReceived(const QByteArray &line);

private:
    class Private;
    std::shared_ptr<Private> d; // shared with the thread that reads, where there is one
};

} // namespace qipc::cli

#endif
