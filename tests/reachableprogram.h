// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_REACHABLEPROGRAM_H
#define QIPC_TESTS_REACHABLEPROGRAM_H

#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>

/*!
 * A copy of a program of this build that every user can run, for tests that are several users. The
 * build itself may lie where only its owner can reach it, such as below root's home.
 *
 * The program finds the library, which is copied too, beside itself: its target and that of the
 * test are given to qipc_run_as_others() in CMake.
 */
class ReachableProgram
{
public:
    explicit ReachableProgram(const QString &program)
        : m_path(m_folder.filePath(QFileInfo(program).fileName()))
    {
        const auto forAll = QFile::Permissions(0x7755);
        m_isThere = QFile::setPermissions(m_folder.path(), forAll) && QFile::copy(program, m_path)
            && QFile::setPermissions(m_path, forAll);
#ifdef QIPC_TEST_LIBRARY
        const QString library = m_folder.filePath(QStringLiteral(QIPC_TEST_LIBRARY_NAME));
        m_isThere = m_isThere && QFile::copy(QStringLiteral(QIPC_TEST_LIBRARY), library)
            && QFile::setPermissions(library, forAll);
#endif
    }

    [[nodiscard]] bool isThere() const
    {
        return m_isThere;
    }
    [[nodiscard]] QString path() const
    {
        return m_path;
    }

private:
    QTemporaryDir m_folder;
    QString m_path;
    bool m_isThere = false;
};

#endif
