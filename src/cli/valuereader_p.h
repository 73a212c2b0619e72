// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_VALUEREADER_P_H
#define QIPC_CLI_VALUEREADER_P_H

#include <QIpc/ipcresult.h>

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QVariant>

namespace qipc::cli {

//! Turns the arguments that stand for values into values.
class ValueReader
{
public:
    enum class Kind {
        Json,
        String, //!< Taken as it is; from standard input, less one newline at its end.
    };

    //! The value of \a argument; for `-`, the value that the whole of standard input is, which can
    //! be had once. InvalidArgument where it is none.
    [[nodiscard]] IPCResult<QVariant> read(const QString &argument, Kind kind);

private:
    bool m_inputTaken = false;
};

} // namespace qipc::cli

#endif
