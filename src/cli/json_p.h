// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_JSON_P_H
#define QIPC_CLI_JSON_P_H

#include "jsonwriter_p.h"

#include <QIpc/ipcerror.h>
#include <QIpc/ipcresult.h>

#include <QtCore/QByteArray>
#include <QtCore/QStringView>
#include <QtCore/QVariant>

namespace qipc::cli {

//! The value that the JSON \a text stands for; InvalidArgument where it is no JSON.
[[nodiscard]] IPCResult<QVariant> fromJson(QByteArrayView text);

//! \a value, one that was received, as JSON on one line; empty where it is undefined.
[[nodiscard]] QByteArray toJson(const QVariant &value);

//! Writes \a value, one that was received, to \a writer.
void writeValue(JsonWriter &writer, const QVariant &value);

//! Writes \a error to \a writer: `{"code":…,"message":…}`, and `"remoteCode"` where it has one.
void writeError(JsonWriter &writer, const IPCError &error);

//! The name of the error's code, such as `ConnectionLost`.
[[nodiscard]] QString codeName(IPCError::Code code);

//! Puts a line of output together: one JSON object, whose keys stand in the order of their coming.
class JsonLine
{
public:
    JsonLine();
    Q_DISABLE_COPY_MOVE(JsonLine)

    //! Leaves \a key out where \a value is undefined.
    JsonLine &add(QStringView key, const QVariant &value);
    JsonLine &add(QStringView key, const IPCError &error);

    //! For what add() cannot do: write one value to it.
    [[nodiscard]] JsonWriter &writerFor(QStringView key);

    //! Prints the line. The last thing to do with it.
    void print();

private:
    QByteArray m_text;
    JsonWriter m_writer;
};

} // namespace qipc::cli

#endif
