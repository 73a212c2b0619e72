// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "handover_p.h"

#include "thisprocess_p.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

constexpr auto argumentsKey = "arguments"_L1;
constexpr auto directoryKey = "workingDirectory"_L1;
constexpr auto tokenKey = "activationToken"_L1;
constexpr auto startupKey = "startupId"_L1;
constexpr auto payloadKey = "payload"_L1;
constexpr auto waitsKey = "waits"_L1;
// What older versions neither send nor look for; sent only if the text does not say the same.
constexpr auto argumentBytesKey = "argumentBytes"_L1;
constexpr auto directoryBytesKey = "workingDirectoryBytes"_L1;

bool isText(const QVariant &value)
{
    return value.typeId() == QMetaType::QString;
}

bool isBytes(const QVariant &value)
{
    return value.typeId() == QMetaType::QByteArray;
}

QList<QByteArray> encoded(const QStringList &arguments)
{
    QList<QByteArray> bytes;
    bytes.reserve(arguments.size());
    std::transform(arguments.cbegin(), arguments.cend(), std::back_inserter(bytes),
                   &QFile::encodeName);
    return bytes;
}

// Those of the request if there are any, else what the text says.
QList<QByteArray> argumentBytesOf(const QVariantMap &request, const QStringList &arguments)
{
    const QVariantList list = request.value(argumentBytesKey).toList();
    if (list.size() != arguments.size() || !std::all_of(list.cbegin(), list.cend(), isBytes))
        return encoded(arguments);
    QList<QByteArray> bytes;
    bytes.reserve(list.size());
    for (const QVariant &argument : list)
        bytes.append(argument.toByteArray());
    return bytes;
}

} // namespace

Start Start::ofThisProcess(const QStringList &arguments, const QVariant &payload)
{
    return {arguments,
            bytesOf(arguments),
            QDir::currentPath(),
            qipc::workingDirectoryBytes(),
            qgetenv("XDG_ACTIVATION_TOKEN"),
            takeStartupId(),
            payload,
            true};
}

QVariant Start::toRequest() const
{
    QVariantMap request{{argumentsKey, arguments},
                        {directoryKey, workingDirectory},
                        {tokenKey, QString::fromUtf8(activationToken)},
                        {startupKey, QString::fromUtf8(startupId)},
                        {payloadKey, payload},
                        {waitsKey, waits}};
    if (argumentBytes != encoded(arguments)) {
        QVariantList bytes;
        for (const QByteArray &argument : argumentBytes)
            bytes.append(argument);
        request.insert(argumentBytesKey, bytes);
    }
    if (workingDirectoryBytes != QFile::encodeName(workingDirectory))
        request.insert(directoryBytesKey, workingDirectoryBytes);
    return request;
}

std::optional<Start> Start::fromRequest(const QVariant &request)
{
    const QVariantMap map = request.toMap();
    const QVariantList arguments = map.value(argumentsKey).toList();
    const bool isStart = map.value(argumentsKey).typeId() == QMetaType::QVariantList
        && std::all_of(arguments.cbegin(), arguments.cend(), isText)
        && isText(map.value(directoryKey)) && isText(map.value(tokenKey))
        && isText(map.value(startupKey));
    if (!isStart)
        return std::nullopt;
    const QStringList texts = map.value(argumentsKey).toStringList();
    const QString directory = map.value(directoryKey).toString();
    const QVariant directoryBytes = map.value(directoryBytesKey);
    return Start{texts,
                 argumentBytesOf(map, texts),
                 directory,
                 isBytes(directoryBytes) ? directoryBytes.toByteArray()
                                         : QFile::encodeName(directory),
                 map.value(tokenKey).toString().toUtf8(),
                 map.value(startupKey).toString().toUtf8(),
                 map.value(payloadKey),
                 map.value(waitsKey, true).toBool()};
}

Handover::Handover(const Start &start, const IPCCredentials &credentials,
                   const IPCResponder &responder)
    : start(start)
    , credentials(credentials)
    , responder(responder)
{
}

Handover::~Handover()
{
    if (isTaken && responder.isPending())
        responder(0);
}

} // namespace qipc
